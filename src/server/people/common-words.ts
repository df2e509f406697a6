/**
 * What people choose when they are asked for a password, as stems: a password is compared after its case, its usual
 * letter swaps (0 for o, 4 and @ for a …) and its leading and trailing digits and signs are taken off, so that one
 * stem stands for hundreds of written forms. Compiled by hand from what every published list agrees on.
 */
const STEMS = `
password passwort passwd passphrase pass passw parola parool motdepasse contrasena contrasenia senha haslo salasana
losenord adgangskode wachtwoord jelszo heslo sifre secret secreto geheim admin administrator administrador root toor
superuser superman user username guest test tester testing testtest testuser demo default changeme changeit letmein
letmeinnow welcome welcomehome willkommen bienvenue hello hellohello helloworld iloveyou iloveu loveyou lovelove
loveme lovers lover mylove trustno trustnoone nothing whatever anything something computer internet server windows
linux ubuntu debian android iphone samsung google googlegoogle facebook youtube twitter instagram snapchat tiktok
amazon netflix spotify microsoft apple macintosh oracle cisco nintendo playstation xbox minecraft fortnite roblox
pokemon pikachu charizard mario luigi zelda sonic starwars startrek matrix gandalf frodo hobbit gollum aragorn
harrypotter hogwarts dumbledore hermione voldemort batman spiderman ironman superhero captain america avengers
wolverine deadpool joker terminator predator godzilla jurassic titanic avatar naruto sasuke onepiece dragonball
vegeta goku sailormoon qwerty qwertyuiop qwertz qwertzuiop azerty azertyuiop qazwsx qazwsxedc asdfgh asdfghjkl
asdfasdf zxcvbn zxcvbnm poiuytrewq lkjhgfdsa mnbvcxz qweasd qweasdzxc qwerasdf asdzxc zaqxsw xswqaz wasd wasdwasd
abcdefg abcdefgh abcdef abcabc abcd aaaa bbbb abc monkey monkeys dragon dragons master masters shadow shadows sunshine
princess prince queen king kingdom football footballer soccer baseball basketball hockey tennis golfer golfing
volleyball rugby cricket skateboard snowboard surfing swimming running fitness boxing karate ninja samurai champion
liverpool arsenal chelsea manchester everton tottenham barcelona realmadrid juventus inter milan bayern dortmund
schalke ajax celtic rangers galatasaray fenerbahce besiktas flamengo corinthians palmeiras santos benfica sporting
porto lakers celtics bulls yankees redsox cowboys steelers packers raiders eagles patriots dolphins broncos
giants panthers falcons ravens warriors mustang ferrari porsche mercedes corvette camaro chevrolet chevy toyota
honda yamaha suzuki kawasaki ducati harley harleydavidson bmw audi volkswagen jaguar lamborghini maserati tesla
michael jennifer jordan jessica thomas ashley michelle daniel andrew joshua matthew anthony robert charlie william
amanda nicole justin brandon samantha melissa stephanie elizabeth patricia christopher christian christina alexander
alexandra alexandre alejandro sebastian benjamin jonathan nicholas victoria veronica valentina gabriel gabriela
fernando francisco rodrigo ricardo eduardo leonardo antonio giovanni giuseppe francesco alessandro andrea martina
chiara giulia federica claudia sabrina vanessa sandra angela angelina isabella sophie sophia charlotte camille
juliette nathalie caroline delphine sylvie isabelle frederic nicolas julien maxime thibault florian markus stefan
wolfgang andreas matthias sebastien dominik katharina johanna hannah barbara magdalena agnieszka katarzyna malgorzata
karolina natalia monika dariusz krzysztof tomasz marcin vladimir dmitri sergey sergei andrei alexei natasha svetlana
tatiana anastasia ekaterina muhammad mohammed mohamed ahmed mustafa mehmet hasan hussein fatima ibrahim abdullah
krishna ganesh lakshmi shankar rajesh sanjay priyanka deepak ashish wangyang zhang liwei summer winter autumn spring
january february march april june july august september october november december monday tuesday wednesday thursday
friday saturday sunday sommer fruhling herbst verano invierno primavera estate inverno ete hiver printemps chocolate
cookie cookies banana bananas orange oranges apple apples cherry strawberry blueberry pineapple watermelon peanut
butter cheese cheeseburger hamburger pizza burger coffee espresso cappuccino whiskey vodka tequila heineken
guinness budweiser corona cocacola pepsi sprite fanta redbull marlboro cannabis marijuana flower flowers rose roses
sunflower butterfly butterflies rainbow diamond diamonds crystal silver golden gold platinum emerald sapphire ruby
orchid jasmine lavender violet purple yellow green blue black white red pink brown tiger tigers lion lions panther
leopard cheetah elephant giraffe dolphin shark whale turtle rabbit bunny kitten kitty hellokitty pussycat cat cats
puppy doggy doggie dog dogs bulldog rottweiler labrador shepherd beagle poodle horse horses pony stallion unicorn
phoenix griffin falcon hawk eagle raven parrot penguin chicken ducky spider scorpion cobra viper python rattlesnake
buster buddy bailey maggie molly lucky lucy max tigger garfield snoopy scooby scoobydoo simpson simpsons homer bart
southpark cartman kenny futurama familyguy spongebob patrick mickey mickeymouse minnie donald donaldduck pluto goofy
winnie pooh tinkerbell cinderella peterpan disney disneyland angel angels heaven paradise jesus jesuschrist christ
god godisgood godbless blessed blessing faith believe hope amen bible church allah mashallah bismillah buddha
krsna peace freedom liberty justice victory success winner winners loser destiny fantasy mystery magic wizard
merlin warlock witch vampire zombie zombies demon devil satan lucifer hell killer assassin hunter warrior knight
soldier sniper ranger marine army navy airforce military police fireman doctor nurse teacher student school college
university engineer lawyer pilot captain skipper sailor pirate pirates treasure family familia famille familie
mother father mommy daddy mama papa mamapapa sister brother baby babygirl babyboy girl boy honey sweetheart sweetie
sweety darling cutie beautiful gorgeous pretty handsome sexy sexygirl hottie bigdick pussy fuckyou fuckoff fuckme
fucker motherfucker asshole bitch bastard bullshit shit dickhead cocksucker biteme eatme blowme suckit penis vagina
boobs boobies naked porno pornhub hentai metallica slipknot nirvana beatles rollingstones ledzeppelin pinkfloyd
queenie madonna britney rihanna beyonce eminem tupac snoopdogg drake bieber justinbieber onedirection blackpink
bangtan kpop linkinpark greenday blink acdc ironmaiden guitar piano drummer bassist music musica musik rocknroll
hiphop techno trance london paris berlin madrid roma rome milano napoli lisboa lisbon moscow moskva kiev kyiv warsaw
warszawa prague praha vienna wien zurich geneva istanbul ankara athens dubai mumbai delhi bangkok singapore tokyo
osaka beijing shanghai hongkong seoul sydney melbourne newyork brooklyn chicago houston dallas boston seattle
losangeles hollywood lasvegas sanfrancisco california florida texas hawaii canada toronto montreal vancouver mexico
brasil brazil argentina colombia venezuela england scotland ireland wales france germany deutschland spain espana
italy italia portugal poland polska russia rossiya ukraine turkey turkiye greece india indonesia philippines pinoy
pilipinas vietnam thailand malaysia china japan nippon korea australia newzealand southafrica nigeria kenya egypt
money moneymoney moneymaker cash dollar dollars euro euros million millionaire billionaire rich richman business
company office finance banking banker trader trading invest investor investment market broker wallet walletwallet
crypto cryptocurrency cryptoking bitcoin bitcoins bitcoinbitcoin btc satoshi nakamoto satoshinakamoto ethereum ether
vitalik litecoin dogecoin dogetothemoon tothemoon moon lambo hodl hodler blockchain altcoin tether usdt ripple cardano
solana polkadot binance coinbase kraken bitfinex bybit kucoin okx huobi gemini bitstamp bittrex poloniex whitebit
bitsgap gapless gaplessdesk desk exchange exchanges practice practicedemo apikey secretkey apisecret security
secure secured private privatekey publickey seedphrase recovery backup login signin signup register access account
accounts service support system network database mysql postgres sqlserver wordpress joomla drupal github gitlab
docker kubernetes jenkins tomcat apache nginx router modem wireless wifi wifipassword hotspot bluetooth raspberry
raspberrypi arduino hacker hackers hacking anonymous matrixmatrix neo morpheus trinity cyber cyberpunk robot android
temp temporary temppass newpass newpassword oldpassword mypassword mypass yourpassword thepassword nopassword
passwordpassword passpass masterpassword masterkey open opensesame sesame enter entrance abracadabra alakazam hocus
hocuspocus correcthorsebatterystaple tobeornottobe supercalifragilistic
`;

export const COMMON_STEMS: ReadonlySet<string> = new Set(STEMS.trim().split(/\s+/));
